import { useQueryClient } from '@tanstack/react-query';
import { LogOut, UserRound } from 'lucide-react';
import { IconButton } from '../ui/button';
import { Menu, type MenuItem } from '../ui/overlay';
import { toast } from '../ui/toast';
import { useNavigate } from './navigation';
import { logOut, useMe } from './session';
import { t } from './text';

export function UserMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  if (!me) return null;
  const leave = async () => {
    try {
      await logOut(client);
      navigate('/login');
    } catch (error) {
      toast.failed(error, t('log_out'));
    }
  };
  const items: MenuItem[] = [{ label: t('log_out'), icon: LogOut, onSelect: () => void leave() }];
  return (
    <Menu
      trigger={
        <IconButton label={t('user_menu', { name: me.username, role: t(`role_${me.role}`) })} icon={UserRound} />
      }
      items={items}
    />
  );
}
